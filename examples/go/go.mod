module example.com/logins

go 1.24.0

require github.com/messente/libverigator/bindings/go v1.0.0

// A program of yours has no such line.
replace github.com/messente/libverigator/bindings/go => ../../bindings/go
