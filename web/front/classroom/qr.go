package classroom

import (
	"log/slog"

	"rsc.io/qr"

	views "twodoors/views/class"
)

// qrOf encodes an address for phones (ISO/IEC 18004), with the second of four levels of error correction. One that is too
// long for a code has none.
func qrOf(address string) views.QR {
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		slog.Error("an address cannot be written as a QR code", "err", err)
		return views.QR{}
	}
	return views.QR{Size: code.Size, Black: code.Black}
}
