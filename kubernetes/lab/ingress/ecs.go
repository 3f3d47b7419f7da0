package ecs

import (
	"errors"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/safe"
)

// Provider is left out of this program.
type Provider struct{}

// Init says so.
func (*Provider) Init() error { return errors.New("ECS is left out of this program") }

// Provide is not called after that.
func (*Provider) Provide(chan<- dynamic.Message, *safe.Pool) error { return nil }
