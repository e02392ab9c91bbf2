// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors

// The frame and data cryptors of LiveKit's Go SDK. Reads cases from standard
// input, writes them back with their frames or packets encrypted or decrypted; a
// refused one is null. Usage: peer encrypt|decrypt
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/livekit/server-sdk-go/v2/e2ee"
	"github.com/livekit/server-sdk-go/v2/e2ee/types"
)

type frame struct {
	Data []byte `json:"data"`
	Key  bool   `json:"key"`
}

type job struct {
	Name       string    `json:"name"`
	Codec      string    `json:"codec"`
	KDF        string    `json:"kdf"`
	Passphrase string    `json:"passphrase"`
	Key        string    `json:"key"`
	KeyIndex   uint32    `json:"key_index"`
	SIFTrailer []byte    `json:"sif_trailer"`
	Frames     []*frame  `json:"frames,omitempty"`
	Packets    []*packet `json:"packets,omitempty"`
}

var codecs = map[string]lksdk.Codec{
	"audio": lksdk.CodecOpus,
	"h264":  lksdk.CodecH264,
	"h265":  lksdk.CodecH265,
}

func keys(j job) (types.KeyProvider, error) {
	provider := e2ee.NewExternalKeyProvider()
	if j.KDF == "pbkdf2" {
		return provider, provider.SetKeyFromPassphrase(j.Passphrase, j.KeyIndex)
	}
	raw, err := hex.DecodeString(j.Key)
	if err != nil {
		return nil, err
	}
	return provider, provider.SetRawKey(raw, j.KeyIndex)
}

func transformer(command string, j job) (func([]byte) ([]byte, error), error) {
	codec, ok := codecs[j.Codec]
	if !ok {
		return nil, fmt.Errorf("no codec %s in this SDK", j.Codec)
	}
	provider, err := keys(j)
	if err != nil {
		return nil, err
	}
	if command == "encrypt" {
		encryptor, err := lksdk.NewFrameEncryptor(provider, codec)
		if err != nil {
			return nil, err
		}
		return encryptor.EncryptFrame, nil
	}
	decryptor, err := lksdk.NewFrameDecryptor(provider, codec, j.SIFTrailer)
	if err != nil {
		return nil, err
	}
	return decryptor.DecryptFrame, nil
}

func run(command string, j job) (job, error) {
	if j.Packets != nil {
		return runPackets(command, j)
	}
	transform, err := transformer(command, j)
	if err != nil {
		return j, err
	}
	for i, f := range j.Frames {
		data, err := transform(f.Data)
		if err != nil || data == nil {
			j.Frames[i] = nil
			continue
		}
		j.Frames[i] = &frame{data, f.Key}
	}
	return j, nil
}

func main() {
	var jobs []job
	if err := json.NewDecoder(os.Stdin).Decode(&jobs); err != nil {
		panic(err)
	}
	for i, j := range jobs {
		result, err := run(os.Args[1], j)
		if err != nil {
			panic(fmt.Sprintf("%s: %v", j.Name, err))
		}
		jobs[i] = result
	}
	if err := json.NewEncoder(os.Stdout).Encode(jobs); err != nil {
		panic(err)
	}
}
