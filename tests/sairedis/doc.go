// Package sairedis records what orchagent says to syncd and plays it to a
// syncd that is fresh: every request must be answered as it was.
//
// It holds tests only. Both syncd run over sai/strict and real Redis servers;
// no packets and no privileges are needed.
package sairedis
