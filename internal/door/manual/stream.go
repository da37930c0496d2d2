package manual

// Stream describes the operations and events of the socket.
type Stream struct {
	Path        string // of the handshake
	Subprotocol string
	Operations  []Operation
	Events      []Event
	Closes      []Close
}

// Operation is what a client may ask on the stream. In and Out are values of the types of its input and of its answer; nil: none.
type Operation struct {
	Name, Summary string
	In, Out       any
}

// Event is what the server tells. Data is a value of the type of its data.
type Event struct {
	Name string
	When string // "A message was posted"
	Data any
}

// Close is a code with which the server ends the stream.
type Close struct {
	Code    int
	Meaning string
	Act     string // what the client does
}
