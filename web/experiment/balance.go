package experiment

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"twodoors/web/trace"
)

// DefaultRequests is how many requests each case of the balance experiment sends:
// they can be shared out evenly among one to five servers.
const DefaultRequests = 60

// MaxRequests is how many requests a case may send.
const MaxRequests = 10_000

// Balanced is how many requests of somebody who is logged in were let in: for one to
// five servers, each way of picking one, and each place where a session can be, with
// the token beside.
type Balanced struct {
	Requests     int       `json:"requests"` // of each case
	Credentials  []Heading `json:"credentials"`
	Balances     []string  `json:"balances"`
	Servers      []int     `json:"servers"`
	Cases        []Case    `json:"cases"`
	Milliseconds int64     `json:"ms"`
}

// Case is one visitor's requests.
type Case struct {
	Credential string       `json:"credential"`
	Balance    string       `json:"balance"`
	Servers    int          `json:"servers"`
	Let        int          `json:"let_in"`          // how many were
	Fraction   float64      `json:"fraction"`        // of all that were sent
	Trace      *trace.Trace `json:"trace,omitempty"` // of the first that was refused, or else of the last
	Fault      string       `json:"fault,omitempty"` // why it could not be tried, as a sentence
}

// Proofs are the traces of the cases.
func (b *Balanced) Proofs() []*trace.Trace {
	var proofs []*trace.Trace
	for _, c := range b.Cases {
		if c.Trace != nil {
			proofs = append(proofs, c.Trace)
		}
	}
	return proofs
}

// Case returns a case, nil when it has not been tried.
func (b *Balanced) Case(credential, balance string, servers int) *Case {
	for i, c := range b.Cases {
		if c.Credential == credential && c.Balance == balance && c.Servers == servers {
			return &b.Cases[i]
		}
	}
	return nil
}

// balancedWays are the ways of being logged in that the experiment compares.
func balancedWays() []credential {
	return choose(Part{"memory", "sqlite", "redis", "token-shared"}, credentials())
}

// Unbalanced is the whole table, empty.
func Unbalanced(requests int) *Balanced {
	return &Balanced{
		Requests: requests, Credentials: headings(balancedWays()),
		Balances: []string{"round-robin", "sticky"}, Servers: []int{1, 2, 3, 4, 5},
	}
}

// Balance sends so many requests in each case.
func Balance(requests int) Run[*Balanced] {
	return func(ctx context.Context, in *Room, report func(Progress)) (*Balanced, error) {
		return measureBalance(ctx, in, requests, report)
	}
}

func measureBalance(ctx context.Context, in *Room, requests int, report func(Progress)) (*Balanced, error) {
	began := time.Now()
	ways, b := balancedWays(), Unbalanced(requests)
	total, faults := len(ways)*len(b.Balances)*len(b.Servers), 0
	for _, servers := range b.Servers {
		for _, balance := range b.Balances {
			for _, way := range ways {
				soFar := *b
				report(Progress{len(b.Cases), total, fmt.Sprintf("%s: %s, servers: %d", way.Title, balance, servers), &soFar})
				c := Case{Credential: way.Name, Balance: balance, Servers: servers}
				if err := c.send(ctx, in, way, requests); err != nil {
					if ctx.Err() != nil {
						return b, ctx.Err()
					}
					c = Case{Credential: way.Name, Balance: balance, Servers: servers, Fault: "This could not be tried: " + err.Error() + "."}
					faults++
				}
				b.Cases = append(b.Cases, c)
				b.Milliseconds = time.Since(began).Milliseconds()
			}
		}
	}
	soFar := *b
	report(Progress{total, total, "", &soFar})
	return b, complete(faults, total)
}

// send sets the room up, logs a newcomer in and sends the requests.
func (c *Case) send(ctx context.Context, in *Room, way credential, requests int) error {
	admin, visitor := in.Client(adminName), in.Client(visitorName)
	defer admin.Leave()
	defer visitor.Leave()
	err := admin.Set(ctx, Settings{"servers": c.Servers, "balance": c.Balance, "store": way.settings["store"]})
	if err != nil {
		return err
	}
	if _, err := visitor.LogIn(ctx, way.Door); err != nil {
		return err
	}
	for n := range requests {
		answer, err := visitor.Me(ctx, way.Door)
		switch {
		case err != nil:
			return err
		case answer.Status == http.StatusOK:
			c.Let++
		case answer.Status != http.StatusUnauthorized:
			return fmt.Errorf("who is logged in was answered with %d: %s", answer.Status, answer.detail())
		}
		if c.Trace == nil && (answer.Status != http.StatusOK || n == requests-1) { // at once: a busy site keeps few
			if c.Trace, err = visitor.Trace(ctx, answer); err != nil {
				return err
			}
		}
	}
	c.Fraction = float64(c.Let) / float64(requests)
	return nil
}
