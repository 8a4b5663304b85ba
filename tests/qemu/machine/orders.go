package machine

// OrdersFile is where the guest's init finds its Orders.
const OrdersFile = "/orders.json"

// ResultLine is the guest's device for results; the first serial line is the kernel's console.
const ResultLine = "/dev/ttyS1"

// Orders are what the guest has to do.
type Orders struct {
	Modules  []string // files, in the order of loading
	Programs []Program
}

// Program is one test program.
type Program struct {
	Name    string // in results
	Dir     string
	Args    []string // the program's path first
	Env     []string
	Seconds int // it is killed after
}

// Marks begin lines of the result stream that are the init's own.
const (
	MarkBegin = "@@begin " // and a program's name
	MarkEnd   = "@@end "   // and its exit status
	MarkFault = "@@fault " // and what went wrong outside of any program
	MarkDone  = "@@done"   // nothing follows
)
