// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors

// LiveKit's Go SDK: CPU time of each frame that it encrypts, with all threads
// of the process. Takes one argument, the frames as JSON: a list of
// { name, codec, size }. Prints name and nanoseconds of each. The SDK does not
// know VP8: those frames go as audio, which leaves one byte clear.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"syscall"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/livekit/server-sdk-go/v2/e2ee"
)

const (
	rounds  = 5
	roundNs = 150e6
)

type frame struct {
	Name  string `json:"name"`
	Codec string `json:"codec"`
	Size  int    `json:"size"`
}

// No zero bytes: an encoder escapes what would read as a start code.
func (f frame) data() []byte {
	data := make([]byte, f.Size)
	for i := range data {
		data[i] = byte(1 + i*7919%255)
	}
	if f.Codec == "h264" {
		copy(data, []byte{0, 0, 0, 1, 0x41, 0x9a})
	}
	return data
}

func cpuNs() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

func measure(encrypt func([]byte) ([]byte, error), data []byte, n int) float64 {
	start := cpuNs()
	for i := 0; i < n; i++ {
		out, err := encrypt(data)
		if err != nil || len(out) < len(data)+30 {
			panic(fmt.Sprintf("%d bytes, %v", len(out), err))
		}
	}
	return (cpuNs() - start) / float64(n)
}

func bench(f frame) {
	codec := lksdk.CodecOpus
	if f.Codec == "h264" {
		codec = lksdk.CodecH264
	}
	provider := e2ee.NewExternalKeyProvider()
	if err := provider.SetRawKey(make([]byte, 16), 0); err != nil {
		panic(err)
	}
	encryptor, err := lksdk.NewFrameEncryptor(provider, codec)
	if err != nil {
		panic(err)
	}
	data := f.data()
	n := 1
	for measure(encryptor.EncryptFrame, data, n)*float64(n) < roundNs/4 {
		n *= 2
	}
	times := make([]float64, rounds)
	for i := range times {
		times[i] = measure(encryptor.EncryptFrame, data, 4*n)
	}
	sort.Float64s(times)
	fmt.Printf("%s\t%.1f\n", f.Name, times[rounds/2])
}

func main() {
	var frames []frame
	if err := json.Unmarshal([]byte(os.Args[1]), &frames); err != nil {
		panic(err)
	}
	for _, f := range frames {
		bench(f)
	}
}
