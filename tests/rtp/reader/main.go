// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors

// Reads RTP packets as livekit-server does, with its own module and pion's.
//
//	reader CODEC <packets
//
// Standard input: for each packet its length (4 bytes, big endian) and its
// bytes. Standard output: for each packet a line "RTP-TIME KEYFRAME
// PICTURE-ID", the latter -1 where there is none.
package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/livekit/mediatransportutil/pkg/codec"
	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
)

func pictureID(name string, payload []byte) (int, error) {
	switch name {
	case "vp8":
		var packet codec.VP8
		err := packet.Unmarshal(payload)
		return int(packet.PictureID), err
	case "vp9":
		var packet codecs.VP9Packet
		_, err := packet.Unmarshal(payload)
		return int(packet.PictureID), err
	}
	return -1, nil
}

func read(name string, data []byte) error {
	var packet rtp.Packet
	if err := packet.Unmarshal(data); err != nil {
		return err
	}
	id, err := pictureID(name, packet.Payload)
	if err != nil {
		return err
	}
	fmt.Println(packet.Timestamp, codec.IsKeyFrame(name, packet.Payload), id)
	return nil
}

func main() {
	input := bufio.NewReader(os.Stdin)
	for {
		var size uint32
		err := binary.Read(input, binary.BigEndian, &size)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
		data := make([]byte, size)
		if _, err := io.ReadFull(input, data); err != nil {
			log.Fatal(err)
		}
		if err := read(os.Args[1], data); err != nil {
			log.Fatal(err)
		}
	}
}
