// A registry of images on 127.0.0.1 of the machine, and the same address in each node.
//
//	registry keep FOLDER PORT   keeps images: layers in the folder, the rest in memory
//	registry reach FOLDER PORT  in a node: passes on what comes to this port
//
// Nodes have a network of their own, but the same files: a socket in the folder leads from
// one to the other.
package main

import (
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"

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
	server := &http.Server{Handler: registry.New(registry.WithBlobHandler(layers))}
	other := listen("unix", socket)
	go func() { log.Fatal(server.Serve(other)) }()
	log.Fatal(server.Serve(door))
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
