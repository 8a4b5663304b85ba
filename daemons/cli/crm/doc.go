// Package crm holds the commands of `crm`: how full the tables of the ASIC are,
// and from where on that is to be told.
//
// It shows what orchagent counted. It never asks the ASIC itself.
package crm
