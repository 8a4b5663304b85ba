// Package control gives SAI objects their meaning on the data plane: it is the
// strict.Backend that turns ports, VLANs, router interfaces, neighbours, next
// hops and routes into pipeline tables, and what the pipeline learns and sees
// back into objects and notifications.
//
// It validates nothing that metadata can tell (package strict has done so) and
// keeps no second copy of attributes: what it remembers are reverse references.
// Pipeline table slots follow from object ids, so they are the same after a
// restart. What the pipeline cannot do is refused with SAI_STATUS_NOT_SUPPORTED
// or ATTR_NOT_SUPPORTED, never accepted and ignored.
package control
