// Command verigator is this library from Go: one client, which all goroutines share.
package main

import (
	"context"

	"bench/measure"

	verigator "github.com/messente/libverigator/bindings/go"
)

func main() {
	measure.Main(func(target measure.Target) (measure.Call, error) {
		options := []verigator.Option{verigator.WithBaseURL(target.URL), verigator.WithMaxIdleConnections(1024)}
		if target.CA != "" {
			options = append(options, verigator.WithCAFile(target.CA))
		}
		client, err := verigator.New(measure.Username, measure.Password, options...)
		if err != nil {
			return nil, err
		}
		return func() (bool, error) {
			answer, err := client.VerifyToken(context.Background(), measure.ServiceID, measure.UserID, measure.Token)
			return answer.Verified, err
		}, nil
	})
}
