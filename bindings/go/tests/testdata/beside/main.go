// Command beside has two libraries in Rust in it, both static, and uses each before and after the other.
package main

// #cgo LDFLAGS: -lother
// #include <stdint.h>
// int32_t other_number(void);
import "C"

import (
	"context"
	"errors"
	"fmt"

	verigator "github.com/messente/libverigator/bindings/go"
)

func main() {
	before := unknown()
	number := C.other_number()
	fmt.Printf("%t, the other says %d, %t\n", before, number, unknown())
}

// unknown is whether the service says that it has no such service.
func unknown() bool {
	client, err := verigator.NewFromEnv()
	if err != nil {
		panic(err)
	}
	defer client.Close()
	_, err = client.Service(context.Background(), "none")
	return errors.Is(err, verigator.ErrNotFound)
}
