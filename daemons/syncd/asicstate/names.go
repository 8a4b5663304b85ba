package asicstate

// Tables, hashes and channels of ASIC_DB.
const (
	Table     = "ASIC_STATE"
	Queue     = "ASIC_STATE_KEY_VALUE_OP_QUEUE"
	TempTable = "TEMP_ASIC_STATE"

	hashVIDToRID = "VIDTORID"
	hashRIDToVID = "RIDTOVID"
	hashColdVIDs = "COLDVIDS"
	hashLanes    = "LANES"
	hashHidden   = "HIDDEN"
	keyCounter   = "VIDCOUNTER"
	keyAck       = "HEDDLE_SYNCD_ACK"

	responseQueue   = "GETRESPONSE_KEY_VALUE_OP_QUEUE"
	responseChannel = "GETRESPONSE_CHANNEL@1"
	notifyChannel   = "NOTIFICATIONS"
	wake            = "G"
)
