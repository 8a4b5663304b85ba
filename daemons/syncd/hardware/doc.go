// Package hardware is the ASIC as syncd sees it: a sai.Driver and what a
// library can tell beyond it. Every part except the driver may be missing.
//
// It holds interfaces only; package sai/libsai fulfils them in production,
// package sai/strict in tests.
package hardware
