// Package catalog lists the labs. It is the one place that knows all of them: a new lab is a folder beside this one
// and a line here.
package catalog

import (
	"twodoors/web/lab"
	"twodoors/web/lab/cost"
	"twodoors/web/lab/exchange"
	"twodoors/web/lab/expiry"
	"twodoors/web/lab/forgery"
	"twodoors/web/lab/restart"
	"twodoors/web/lab/roles"
	"twodoors/web/lab/servers"
	"twodoors/web/lab/storage"
	"twodoors/web/lab/store"
	"twodoors/web/lab/theft"
)

// Labs returns the labs that there are, in their order on the page.
func Labs() []*lab.Lab {
	return []*lab.Lab{
		restart.Lab(),
		servers.Lab(),
		store.Lab(),
		theft.Lab(),
		expiry.Lab(),
		forgery.Lab(),
		storage.Lab(),
		roles.Lab(),
		exchange.Lab(),
		cost.Lab(),
	}
}
