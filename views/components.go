package views

var jwtColours = []string{"jwt-header", "jwt-payload", "jwt-signature"}
