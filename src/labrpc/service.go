package labrpc

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"raftlab/src/labgob"
)

// A Server is a set of services behind one address. Methods may be called from
// many goroutines at once.
type Server struct {
	mu       sync.Mutex
	services map[string]*Service
	count    atomic.Int64
}

// MakeServer returns a server without services.
func MakeServer() *Server {
	return &Server{services: make(map[string]*Service)}
}

// AddService makes the methods of svc callable as "Name.Method".
func (s *Server) AddService(svc *Service) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.services[svc.name] = svc
}

// GetCount returns the number of requests that reached this server.
func (s *Server) GetCount() int { return int(s.count.Load()) }

// Dispatch hands one encoded request to its handler, in the caller's goroutine,
// and returns the encoded reply. It panics if the server has no such method or
// the method cannot take these arguments: the calling program is wrong.
func (s *Server) Dispatch(method string, args []byte) []byte {
	s.count.Add(1)
	name, rest, _ := strings.Cut(method, ".")
	s.mu.Lock()
	svc := s.services[name]
	s.mu.Unlock()
	if svc == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		panic(fmt.Sprintf("labrpc: call of %s, but this server has no service %s, only %v",
			method, name, slices.Sorted(maps.Keys(s.services))))
	}
	return svc.dispatch(rest, args)
}

// A Service is a value whose methods can be called from afar.
type Service struct {
	name     string
	receiver reflect.Value
	methods  map[string]handler
}

type handler struct {
	function reflect.Value
	args     reflect.Type // as declared: a pointer or not
	reply    reflect.Type // what the declared pointer points to
}

// MakeService wraps receiver, a pointer to a value of a named type: the
// service has the type's name. Its handlers are the exported methods of the
// form
//
//	func (x *T) Method(args A, reply *R)
//
// with no result; A may be a pointer. Other methods cannot be called.
func MakeService(receiver any) *Service {
	v := reflect.ValueOf(receiver)
	svc := &Service{
		name:     reflect.Indirect(v).Type().Name(),
		receiver: v,
		methods:  make(map[string]handler),
	}
	for m := range v.Type().Methods() {
		if m.PkgPath == "" && m.Type.NumIn() == 3 && m.Type.In(2).Kind() == reflect.Pointer && m.Type.NumOut() == 0 {
			svc.methods[m.Name] = handler{m.Func, m.Type.In(1), m.Type.In(2).Elem()}
		}
	}
	return svc
}

func (s *Service) dispatch(method string, args []byte) []byte {
	h, ok := s.methods[method]
	if !ok {
		panic(fmt.Sprintf("labrpc: call of %s.%s, but %s has no such handler, only %v",
			s.name, method, s.name, slices.Sorted(maps.Keys(s.methods))))
	}
	var in reflect.Value // what the handler takes
	if h.args.Kind() == reflect.Pointer {
		in = reflect.New(h.args.Elem())
		h.decode(s.name, method, args, in)
	} else {
		p := reflect.New(h.args)
		h.decode(s.name, method, args, p)
		in = p.Elem()
	}
	out := reflect.New(h.reply)
	h.function.Call([]reflect.Value{s.receiver, in, out})
	reply, err := labgob.Marshal(out.Interface())
	if err != nil {
		panic(fmt.Sprintf("labrpc: cannot encode the reply of %s.%s: %v", s.name, method, err))
	}
	return reply
}

func (h handler) decode(service, method string, args []byte, into reflect.Value) {
	if err := labgob.Unmarshal(args, into.Interface()); err != nil {
		panic(fmt.Sprintf("labrpc: cannot decode the arguments of %s.%s into %v: %v", service, method, into.Type().Elem(), err))
	}
}
