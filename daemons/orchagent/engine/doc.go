// Package engine is orchagent's loop: rows come in, dirty rows are rendered,
// the objects they touch are planned, the plan is carried out, and each
// object's status is told. One goroutine owns all state.
//
// A missing reference makes an object wait in an index until the reference
// appears; only operations that failed are tried again, with backoff. Link,
// port and neighbour rows overtake routes. Restart, resynchronisation and
// repair are one path: load the actual state, render the desired one, plan.
//
// It never knows a feature, and no failure of SAI ends it.
package engine
