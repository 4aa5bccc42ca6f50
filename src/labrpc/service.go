package labrpc

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"raftlab/src/labgob"
)

// A Server is a set of services behind one address. Methods may be called from many goroutines at once.
type Server struct {
	adding   sync.Mutex                          // held while handlers changes
	handlers atomic.Pointer[map[string]*handler] // by "Service.Method"
	count    atomic.Int64
}

// MakeServer returns a server without services.
func MakeServer() *Server {
	s := new(Server)
	s.handlers.Store(new(map[string]*handler))
	return s
}

// AddService makes the methods of svc callable as "Name.Method".
func (s *Server) AddService(svc *Service) {
	s.adding.Lock()
	defer s.adding.Unlock()
	handlers := make(map[string]*handler)
	for name, h := range *s.handlers.Load() {
		if !strings.HasPrefix(name, svc.name+".") {
			handlers[name] = h
		}
	}
	for _, h := range svc.handlers {
		handlers[h.name] = h
	}
	s.handlers.Store(&handlers)
}

// GetCount returns the number of requests that reached this server.
func (s *Server) GetCount() int { return int(s.count.Load()) }

// Dispatch hands one encoded request to its handler, in the caller's goroutine, and returns the encoded reply. It
// panics if the server has no such method or the method cannot take these arguments: the calling program is wrong.
func (s *Server) Dispatch(method string, args []byte) []byte {
	s.count.Add(1)
	handlers := *s.handlers.Load()
	h := handlers[method]
	if h == nil {
		panic(fmt.Sprintf("labrpc: call of %s, but this server has no such handler, only %v",
			method, slices.Sorted(maps.Keys(handlers))))
	}
	return h.serve(args)
}

// A Service is a value whose methods can be called over the network.
type Service struct {
	name     string
	handlers []*handler
}

type handler struct {
	name     string // with the service's
	receiver reflect.Value
	function reflect.Value
	args     reflect.Type // what is decoded: not the pointer to it
	reply    reflect.Type // what the declared pointer points to

	// direct is function if it takes three pointers, else nil. To call it through reflect takes longer than what
	// most handlers do.
	direct func(receiver, args, reply unsafe.Pointer)
}

// MakeService wraps receiver, a pointer to a value of a named type: the service has the type's name. Its handlers
// are the exported methods of the form
//
//	func (x *T) Method(args A, reply *R)
//
// with no result; A may be a pointer. Other methods cannot be called.
func MakeService(receiver any) *Service {
	return MakeServiceOf(receiver, slices.Collect(reflect.TypeOf(receiver).Methods()))
}

// MakeServiceOf is MakeService with only these methods of the receiver's type. The linker leaves out of a program
// what nobody calls; but where somebody looks for all methods of a type, it keeps all of all types.
func MakeServiceOf(receiver any, methods []reflect.Method) *Service {
	v := reflect.ValueOf(receiver)
	svc := &Service{name: reflect.Indirect(v).Type().Name()}
	for _, m := range methods {
		if m.PkgPath == "" && m.Type.NumIn() == 3 && m.Type.In(2).Kind() == reflect.Pointer && m.Type.NumOut() == 0 {
			svc.handlers = append(svc.handlers, newHandler(svc.name, v, m))
		}
	}
	return svc
}

func newHandler(service string, receiver reflect.Value, m reflect.Method) *handler {
	h := &handler{
		name:     service + "." + m.Name,
		receiver: receiver,
		function: m.Func,
		args:     m.Type.In(1),
		reply:    m.Type.In(2).Elem(),
	}
	if h.args.Kind() == reflect.Pointer {
		h.args = h.args.Elem()
		if receiver.Kind() == reflect.Pointer {
			function := m.Func.Interface()
			// An interface holds a type and, of a function, the function itself. Functions that take pointers only
			// are called alike.
			h.direct = (*struct {
				typ      unsafe.Pointer
				function func(receiver, args, reply unsafe.Pointer)
			})(unsafe.Pointer(&function)).function
		}
	}
	return h
}

// serve decodes the arguments, calls the handler, and encodes the reply.
func (h *handler) serve(data []byte) []byte {
	args := reflect.New(h.args)
	if err := labgob.Unmarshal(data, args.Interface()); err != nil {
		panic(fmt.Sprintf("labrpc: cannot decode the arguments of %s into %v: %v", h.name, h.args, err))
	}
	reply := reflect.New(h.reply)
	switch {
	case h.direct != nil:
		h.direct(h.receiver.UnsafePointer(), args.UnsafePointer(), reply.UnsafePointer())
	case h.function.Type().In(1).Kind() == reflect.Pointer:
		h.function.Call([]reflect.Value{h.receiver, args, reply})
	default:
		h.function.Call([]reflect.Value{h.receiver, args.Elem(), reply})
	}
	out, err := labgob.Marshal(reply.Interface())
	if err != nil {
		panic(fmt.Sprintf("labrpc: cannot encode the reply of %s: %v", h.name, err))
	}
	return out
}
