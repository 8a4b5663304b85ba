// Package cost tells what processes use while something is measured: processor time and, at most, memory. It reads /proc and changes nothing.
package cost
