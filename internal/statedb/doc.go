// Package statedb speaks to the state database: one Redis on a unix socket, divided in the databases of database_config.json, with
// the same table, producer/consumer, queue and notification protocols that SONiC's programs use, so that a foreign program can stand
// on either side of any of them.
//
//   - [DB] reads and writes rows directly;
//   - [Producer] and [Consumer] carry tables where only the last state of a key counts (APPL_DB);
//   - [Subscriber] follows a table that others write directly (CONFIG_DB, STATE_DB);
//   - [QueueProducer] and [QueueConsumer] carry every operation in order (ASIC_DB);
//   - [Publish] and [Subscribe] carry events that nobody stores;
//   - [Encode] and [Decode] turn row structs into fields and back.
//
// Everything survives a restart of Redis: connections come back by themselves, and what may have been missed is read again.
//
// The package knows no table and no meaning of a field; it never interprets a value beyond its Go type, and never drops the fields
// it does not know.
package statedb
