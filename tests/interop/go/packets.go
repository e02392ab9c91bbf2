// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors

// The data cryptor of LiveKit's Go SDK. Packets are serialized
// EncryptedPacketPayloads with a user packet, as the SDK makes them.
package main

import (
	"github.com/livekit/protocol/livekit"
	"github.com/livekit/server-sdk-go/v2/e2ee"
	"google.golang.org/protobuf/proto"
)

type packet struct {
	Data     []byte `json:"data"`
	IV       []byte `json:"iv"`
	KeyIndex uint32 `json:"key_index"`
}

func encryptPacket(cryptor *e2ee.DataCryptor, p packet) (*packet, error) {
	payload := &livekit.EncryptedPacketPayload{}
	if err := proto.Unmarshal(p.Data, payload); err != nil {
		return nil, err
	}
	sealed, err := cryptor.Encrypt(&livekit.DataPacket{
		Value: &livekit.DataPacket_User{User: payload.GetUser()},
	})
	if err != nil {
		return nil, err
	}
	e := sealed.GetEncryptedPacket()
	return &packet{e.EncryptedValue, e.Iv, e.KeyIndex}, nil
}

func decryptPacket(cryptor *e2ee.DataCryptor, p packet) (*packet, error) {
	payload, err := cryptor.Decrypt(&livekit.EncryptedPacket{
		EncryptionType: livekit.Encryption_GCM,
		Iv:             p.IV,
		KeyIndex:       p.KeyIndex,
		EncryptedValue: p.Data,
	})
	if err != nil {
		return nil, err
	}
	data, err := proto.Marshal(payload)
	return &packet{data, p.IV, p.KeyIndex}, err
}

// runPackets leaves nil where a packet is refused.
func runPackets(command string, j job) (job, error) {
	provider, err := keys(j)
	if err != nil {
		return j, err
	}
	cryptor := e2ee.NewDataCryptor(provider)
	transform := encryptPacket
	if command == "decrypt" {
		transform = decryptPacket
	}
	for i, p := range j.Packets {
		if j.Packets[i], err = transform(cryptor, *p); err != nil {
			j.Packets[i] = nil
		}
	}
	return j, nil
}
