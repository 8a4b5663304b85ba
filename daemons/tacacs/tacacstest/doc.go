// Package tacacstest is a TACACS+ server for tests, written from RFC 8907 without the client's code.
package tacacstest
