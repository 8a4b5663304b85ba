// Package routecount knows which routes are to be counted, as
// FLOW_COUNTER_ROUTE_PATTERN says, and renders and publishes their counters.
//
// It never picks the routes: the compact table of routes does.
package routecount
