package asicstate

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// Store is ASIC_DB.
type Store struct {
	db *statedb.DB
}

// NewStore returns the store in db.
func NewStore(db *statedb.DB) *Store { return &Store{db: db} }

// Snapshot is what ASIC_DB says about the ASIC. Entries that do not parse are
// listed in Bad and left out.
type Snapshot struct {
	Rows map[string]statedb.Fields // by object, without the table
	Temp map[string]statedb.Fields
	RIDs map[sai.ObjectID]sai.ObjectID   // by VID
	Cold map[sai.ObjectID]sai.ObjectType // by VID
	// Lanes are the ports by hardware lane, Hidden the objects by the attribute
	// of the switch that names them; both real ids.
	Lanes  map[uint32]sai.ObjectID
	Hidden map[string]sai.ObjectID
	// Half are those of RIDs that only one of the two hashes of ids has.
	Half map[sai.ObjectID]sai.ObjectID
	Bad  []string
}

// Load reads everything.
func (s *Store) Load(ctx context.Context) (*Snapshot, error) {
	snap := &Snapshot{
		RIDs: map[sai.ObjectID]sai.ObjectID{}, Half: map[sai.ObjectID]sai.ObjectID{},
		Cold:  map[sai.ObjectID]sai.ObjectType{},
		Lanes: map[uint32]sai.ObjectID{}, Hidden: map[string]sai.ObjectID{},
	}
	vids := map[sai.ObjectID]sai.ObjectID{} // by RID
	var err error
	if snap.Rows, err = s.db.All(ctx, Table); err != nil {
		return nil, err
	}
	if snap.Temp, err = s.db.All(ctx, TempTable); err != nil {
		return nil, err
	}
	for hash, read := range map[string]func(field, value string) bool{
		hashVIDToRID: readIDs(snap.RIDs),
		hashRIDToVID: readIDs(vids),
		hashColdVIDs: snap.readCold,
		hashLanes:    snap.readLane,
		hashHidden:   snap.readHidden,
	} {
		fields, err := s.db.Redis().HGetAll(ctx, hash).Result()
		if redis.HasErrorPrefix(err, "WRONGTYPE") { // nobody's hash: it would only stop every start
			snap.Bad = append(snap.Bad, hash+" is no hash")
			err = s.db.Redis().Del(ctx, hash).Err()
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", hash, err)
		}
		for f, v := range fields {
			if !read(f, v) {
				snap.Bad = append(snap.Bad, fmt.Sprintf("%s %.80q=%.80q", hash, f, v))
			}
		}
	}
	snap.joinIDs(vids)
	return snap, nil
}

func readIDs(m map[sai.ObjectID]sai.ObjectID) func(field, value string) bool {
	return func(field, value string) bool {
		from, err := text.ParseOID(field)
		to, err2 := text.ParseOID(value)
		if err != nil || err2 != nil {
			return false
		}
		m[from] = to
		return true
	}
}

// joinIDs takes from each hash of ids what the other lacks: somebody may have
// deleted one of them.
func (s *Snapshot) joinIDs(vids map[sai.ObjectID]sai.ObjectID) {
	for v, r := range s.RIDs {
		if _, ok := vids[r]; !ok {
			s.Half[v] = r
		}
	}
	for r, v := range vids {
		if _, ok := s.RIDs[v]; !ok {
			s.RIDs[v], s.Half[v] = r, r
		}
	}
}

func (s *Snapshot) readCold(field, value string) bool {
	vid, err := text.ParseOID(field)
	t, ok := sai.ObjectTypeByName(value)
	if err != nil || !ok {
		return false
	}
	s.Cold[vid] = t
	return true
}

func (s *Snapshot) readLane(field, value string) bool {
	lane, err := strconv.ParseUint(field, 10, 32)
	rid, err2 := text.ParseOID(value)
	if err != nil || err2 != nil {
		return false
	}
	s.Lanes[uint32(lane)] = rid
	return true
}

func (s *Snapshot) readHidden(field, value string) bool {
	rid, err := text.ParseOID(value)
	if err != nil || !strings.HasPrefix(field, "SAI_") {
		return false
	}
	s.Hidden[field] = rid
	return true
}

// Has tells whether an object has a row.
func (s *Store) Has(ctx context.Context, key string) (bool, error) {
	n, err := s.db.Redis().Exists(ctx, s.db.RowKey(Table, key)).Result()
	return n > 0, err
}

// ReserveVIDs returns the first of n new indices of virtual ids. Clients take
// theirs from the same counter.
func (s *Store) ReserveVIDs(ctx context.Context, n int) (uint64, error) {
	last, err := s.db.Redis().IncrBy(ctx, keyCounter, int64(n)).Result()
	if err != nil {
		return 0, fmt.Errorf("reserve virtual ids: %w", err)
	}
	if last < int64(n) {
		return 0, fmt.Errorf("reserve virtual ids: counter is %d", last)
	}
	return uint64(last) - uint64(n) + 1, nil
}

// Mark adds the number of a commit to its pipeline. The result is the number
// of the commit before it.
func Mark(ctx context.Context, p redis.Pipeliner, commit string) *redis.StatusCmd {
	return p.SetArgs(ctx, keyAck, commit, redis.SetArgs{Get: true})
}

// Marked reads the number of the last commit that took effect.
func (s *Store) Marked(ctx context.Context) (string, error) {
	v, err := s.db.Redis().Get(ctx, keyAck).Result()
	if err == redis.Nil {
		return "", nil
	}
	return v, err
}
