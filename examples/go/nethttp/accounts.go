package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"

	verigator "github.com/messente/libverigator/bindings/go"
)

// accounts are those who can log in. A program of yours has them in its database, passwords hashed by
// bcrypt or the like.
type accounts struct {
	serviceID string
	byName    map[string]account
}

type account struct {
	userID   string
	password [sha256.Size]byte
}

// register registers this service and its only user.
func register(ctx context.Context, client *verigator.Client) (*accounts, error) {
	service, err := client.CreateService(ctx, "shop.example.com", "Example shop")
	if err != nil {
		return nil, err
	}
	user, err := client.CreateUser(ctx, service.ID, "+3725555555", "jane@example.com")
	if err != nil {
		return nil, err
	}
	jane := account{user.ID, sha256.Sum256([]byte("correct horse"))}
	return &accounts{service.ID, map[string]account{"jane": jane}}, nil
}

// checkPassword is the first factor: whose name and password these are.
func (a *accounts) checkPassword(name, password string) (userID string, ok bool) {
	account := a.byName[name]
	given := sha256.Sum256([]byte(password))
	ok = subtle.ConstantTimeCompare(given[:], account.password[:]) == 1
	return account.userID, ok
}
