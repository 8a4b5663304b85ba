// Command yanggen compiles the YANG modules of yang/models to the tables that
// package yang judges configurations by, and to the page of documentation
// that lists them. It reads modules and writes files; it never looks at a
// configuration.
//
// The modules are ordinary YANG 1.1. What YANG has no word for is said by the
// two extensions of heddle-ext: which containers are tables, and which list
// stands for the fields of a row.
package main
