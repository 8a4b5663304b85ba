package e2e_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// rubbish is what a broken or hostile program might write.
func rubbish() []string {
	return []string{
		"", "G", "\x00", "[", "[]", "{}", "null", `["op"]`, `["op","data","odd"]`, `["fdb_event","[{]"]`, `["port_state_change","[{\"port_id\":\"oid:0xzz\"}]"]`,
		`["fdb_event","[{\"fdb_entry\":\"{}\",\"fdb_event\":\"SAI_FDB_EVENT_LEARNED\",\"list\":[]}]"]`,
		string(bytes.Repeat([]byte("["), 10000)), string(bytes.Repeat([]byte{0xff}, 4096)), "SAI_OBJECT_TYPE_VLAN:oid:0xffffffffffffffff",
	}
}

// TestGarbageInRedis pours rubbish into every channel, queue, key set and table: nothing dies, the switch works on.
func TestGarbageInRedis(t *testing.T) {
	l := beside(t, "testdata/basic.yaml", "garbage")
	starts := programStarts(t, l)
	garbageOnChannels(t, l)
	garbageInQueues(t, l)
	garbageInTables(t, l)
	checkStillProgrammable(t, l)
	unharmed(t, l)
	if diff := cmp.Diff(starts, programStarts(t, l)); diff != "" {
		t.Errorf("programs were started again (-before +after):\n%s", diff)
	}
}

func garbageOnChannels(t *testing.T, l *lab.Lab) {
	t.Helper()
	db := database(t, l)
	for _, id := range []statedb.DBID{statedb.ApplDB, statedb.AsicDB, statedb.ConfigDB, statedb.StateDB, statedb.FlexCounterDB} {
		rdb := db.DB(id).Redis()
		channels, err := rdb.PubSubChannels(t.Context(), "*").Result()
		if err != nil {
			t.Fatal(err)
		}
		channels = append(channels, "NOTIFICATIONS", "__keyspace@4__:PORT|Ethernet0", "__keyspace@4__:VLAN|", "__keyspace@6__:FDB_TABLE|x")
		for _, channel := range channels {
			for _, text := range rubbish() {
				if err := rdb.Publish(t.Context(), channel, text).Err(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func garbageInQueues(t *testing.T, l *lab.Lab) {
	t.Helper()
	rdb := database(t, l).DB(statedb.AsicDB).Redis()
	for _, text := range rubbish() {
		for _, op := range []string{"Screate", "Dremove", "Sset", "Sget", "Sbulkcreate", "Sflush", "Snotify", "Sget_stats", "dance", text} {
			if err := rdb.LPush(t.Context(), "ASIC_STATE_KEY_VALUE_OP_QUEUE", text, text, op).Err(); err != nil {
				t.Fatal(err)
			}
		}
		if err := rdb.Publish(t.Context(), "ASIC_STATE_CHANNEL@1", "G").Err(); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, soon, func() error {
		left, err := rdb.LLen(t.Context(), "ASIC_STATE_KEY_VALUE_OP_QUEUE").Result()
		if err != nil {
			return err
		}
		return expect(left < 3, "syncd does not take rubbish from the queue")
	})
}

func garbageInTables(t *testing.T, l *lab.Lab) {
	t.Helper()
	rdb := database(t, l).DB(statedb.ApplDB).Redis()
	for _, table := range []string{"PORT_TABLE", "VLAN_TABLE", "VLAN_MEMBER_TABLE", "INTF_TABLE", "NEIGH_TABLE", "ROUTE_TABLE", "FDB_TABLE"} {
		for _, text := range rubbish() {
			key := "rubbish" + text
			if err := rdb.SAdd(t.Context(), table+"_KEY_SET", key).Err(); err != nil {
				t.Fatal(err)
			}
			if err := rdb.HSet(t.Context(), "_"+table+":"+key, "nexthop", text, "neigh", text, text, text).Err(); err != nil {
				t.Fatal(err)
			}
		}
		if err := rdb.Publish(t.Context(), table+"_CHANNEL@0", "G").Err(); err != nil {
			t.Fatal(err)
		}
		eventually(t, soon, func() error {
			left, err := rdb.SCard(t.Context(), table+"_KEY_SET").Result()
			if err != nil {
				return err
			}
			return expect(left == 0, "rubbish in "+table+" is not taken")
		})
		for _, text := range rubbish() {
			if err := rdb.Del(t.Context(), table+":rubbish"+text).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestGarbageOnAsicSocket talks nonsense to asicd, which drops the talker and goes on.
func TestGarbageOnAsicSocket(t *testing.T) {
	l := basic(t)
	starts := programStarts(t, l)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 50 {
		conn, err := net.Dial("unix", l.Paths(sw).AsicSocket())
		if err != nil {
			t.Fatal(err)
		}
		noise := make([]byte, random.IntN(4096))
		for j := range noise {
			noise[j] = byte(random.Uint32())
		}
		if i%3 == 0 && len(noise) > 8 { // claims to be very long
			binary.LittleEndian.PutUint32(noise, 0xffffffff)
			binary.BigEndian.PutUint32(noise[4:], 0xffffffff)
		}
		_ = conn.SetDeadline(time.Now().Add(time.Second))
		_, _ = conn.Write(noise) // asicd may have hung up already
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	checkStillProgrammable(t, l)
	unharmed(t, l)
	if diff := cmp.Diff(starts, programStarts(t, l)); diff != "" {
		t.Errorf("programs were started again (-before +after):\n%s", diff)
	}
}

// TestGarbageOnTheWire sends frames that are wrong in every layer: none is forwarded as something else, nothing dies.
func TestGarbageOnTheWire(t *testing.T) {
	l := basic(t)
	starts := programStarts(t, l)
	h3 := openTap(t, l, "h3")
	good := datagram{srcMAC: h3.mac, dstMAC: routerMAC(t, l), src: "192.0.2.131", dst: "192.0.2.2", ttl: 9, length: 64}.frame(t)
	random := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		frame := bytes.Clone(good)
		for range 1 + random.IntN(6) { // leave the addresses, so that it reaches the router
			frame[12+random.IntN(len(frame)-12)] = byte(random.Uint32())
		}
		h3.send(t, frame[:14+random.IntN(len(frame)-14)])
	}
	for n := 14; n < 64; n++ {
		h3.send(t, good[:n])
	}
	unharmed(t, l)
	if diff := cmp.Diff(starts, programStarts(t, l)); diff != "" {
		t.Errorf("programs were started again (-before +after):\n%s", diff)
	}
}
