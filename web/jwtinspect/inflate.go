package jwtinspect

import (
	"bytes"
	"compress/flate"
	"io"
)

// maxInflated is how much is read of a payload that was compressed.
const maxInflated = 256 << 10

// inflate reads a payload that is compressed as the header says (zip). RFC 7516 section
// 4.1.3 has that for JWE only; some issuers do it to a JWS, so that it fits a picture.
func (i *inspection) inflate(raw []byte) []byte {
	if i.header.text("zip") != "DEF" || isJSON(string(bytes.TrimSpace(raw))) {
		return raw
	}
	inflated, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), maxInflated+1))
	switch {
	case err != nil:
		return raw
	case len(inflated) > maxInflated:
		i.findAt(payloadPart, 0, "inflated-large", maxInflated>>10)
		return raw
	}
	i.findAt(payloadPart, 0, "deflated", len(raw), len(inflated))
	return inflated
}
