// Package storm renders storm control: how much broadcast, unknown unicast and
// unknown multicast traffic a port may bring in.
//
// It never renders policers of another use.
package storm
