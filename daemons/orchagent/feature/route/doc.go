// Package route reads rows of ROUTE_TABLE into the compact table of routes.
//
// It never renders objects: a million routes would not fit. Next hops come
// from neighbours, connected subnets from interfaces.
package route
