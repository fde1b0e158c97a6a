module bench

go 1.24.0

require github.com/messente/libverigator/bindings/go v1.0.0

replace github.com/messente/libverigator/bindings/go => ../../../bindings/go
