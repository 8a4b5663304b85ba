package lacp

import "slices"

// The marker protocol of IEEE 802.1AX-2014 section 6.5: whoever asks with a marker is answered, so that it knows that all frames it sent
// before have been collected.
const (
	subtypeMarker     = 2
	tlvMarker         = 1
	tlvMarkerResponse = 2
	markerLen         = 16
	// MarkersPerSecond is how many markers of a port are answered; section 6.5.4.2.2 allows a sender no more.
	MarkersPerSecond = 5
)

// MarkerResponse gives the answer to a marker, from the subtype on; ok says whether b is a marker at all.
func MarkerResponse(b []byte) (answer []byte, ok bool) {
	if len(b) < 2+markerLen || b[0] != subtypeMarker || b[2] != tlvMarker || b[3] != markerLen {
		return nil, false
	}
	answer = slices.Clone(b[:min(len(b), PDULen)])
	answer[2] = tlvMarkerResponse
	return answer, true
}
