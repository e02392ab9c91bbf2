module lke2ee/reader

go 1.26

require (
	github.com/livekit/mediatransportutil v0.0.0-20261014192331-dd8e31a0adc0
	github.com/pion/rtp v1.10.6
)

require (
	github.com/go-logr/logr v1.4.3 // indirect
	github.com/klauspost/cpuid/v2 v2.3.0 // indirect
	github.com/livekit/protocol v1.46.7-0.20260605212020-c0615a2f6f84 // indirect
	github.com/pion/randutil v0.1.0 // indirect
	github.com/puzpuzpuz/xsync/v4 v4.5.0 // indirect
	github.com/zeebo/xxh3 v1.1.0 // indirect
	go.uber.org/atomic v1.11.0 // indirect
	go.uber.org/multierr v1.11.0 // indirect
	go.uber.org/zap v1.28.0 // indirect
	go.uber.org/zap/exp v0.3.0 // indirect
	golang.org/x/sys v0.45.0 // indirect
	google.golang.org/protobuf v1.36.11 // indirect
)
