// A registry of images on 127.0.0.1 of the machine, and the same address in each node.
//
//	registry keep FOLDER PORT   keeps images: layers in the folder, the rest in memory
//	registry reach FOLDER PORT  in a node: passes on what comes to this port
//
// With a file “user” in the folder, which has a name and a password with a colon between
// them, it answers nobody else.
//
// Nodes have a network of their own, but the same files: a socket in the folder leads from
// one to the other.
package main

import (
	"errors"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("registry keep|reach FOLDER PORT")
	}
	socket := filepath.Join(os.Args[2], "registry.sock")
	door := listen("tcp", "127.0.0.1:"+os.Args[3])

	if os.Args[1] == "reach" {
		reach(door, socket)
	}
	layers := registry.NewDiskBlobHandler(os.Args[2])
	handler := registry.New(registry.WithBlobHandler(layers))
	server := &http.Server{Handler: forUser(handler, filepath.Join(os.Args[2], "user"))}
	other := listen("unix", socket)
	go func() { log.Fatal(server.Serve(other)) }()
	log.Fatal(server.Serve(door))
}

func forUser(handler http.Handler, file string) http.Handler {
	user, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return handler
	}
	if err != nil {
		log.Fatal(err)
	}
	name, password, _ := strings.Cut(string(user), ":")

	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		givenName, givenPassword, given := request.BasicAuth()
		if !given || givenName != name || givenPassword != password {
			answer.Header().Set("WWW-Authenticate", `Basic realm="registry"`)
			http.Error(answer, "unauthorized", http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(answer, request)
	})
}

func listen(network, address string) net.Listener {
	listener, err := net.Listen(network, address)
	if err != nil {
		log.Fatal(err)
	}
	return listener
}

func reach(door net.Listener, socket string) {
	for {
		here, err := door.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			defer here.Close()
			there, err := net.Dial("unix", socket)
			if err != nil {
				log.Print(err)
				return
			}
			defer there.Close()
			go io.Copy(there, here)
			io.Copy(here, there)
		}()
	}
}
