package experiment

import "context"

// places are where the cells of a table are tried: in the room, whose database is SQLite; what ends a site on a separate
// one; and what needs PostgreSQL on another one.
type places struct {
	room       *Room
	site       *Site // nil before it is needed
	onPostgres *Site // nil before it is needed
	noPostgres error // why there is none, once that was tried
}

// fill has one cell tried. An error ends the experiment, which a fault of the cell does not.
func (p *places) fill(ctx context.Context, c credential, e event) (Cell, error) {
	if why := inapplicable(c, e); why != "" {
		return Cell{Credential: c.Name, Event: e.Name, Inapplicable: why}, nil
	}
	if c.engine == inPostgres || e.engine == inPostgres {
		if err := p.openPostgres(ctx); err != nil {
			return untriable(c, e, err), ctx.Err()
		}
		return tryAt(ctx, p.onPostgres, c, e)
	}
	if !e.endsSite {
		return tryAt(ctx, p.room, c, e)
	}
	if p.site == nil {
		var err error
		if p.site, err = Open(ctx, p.room.Program); err != nil {
			return Cell{}, err
		}
	}
	return tryAt(ctx, p.site, c, e)
}

// openPostgres opens the site with a PostgreSQL, once: where that fails, the rest of the table can be filled all the same.
func (p *places) openPostgres(ctx context.Context) error {
	if p.onPostgres == nil && p.noPostgres == nil {
		p.onPostgres, p.noPostgres = openOnPostgres(ctx, p.room.Program)
	}
	return p.noPostgres
}

// tryAt tries a cell at a place. When that is over, so is the experiment.
func tryAt(ctx context.Context, at place, c credential, e event) (Cell, error) {
	cell := try(ctx, at, c, e)
	if cell.Fault != "" {
		return cell, at.over(ctx)
	}
	return cell, nil
}

func (p *places) close() {
	for _, site := range []*Site{p.site, p.onPostgres} {
		if site != nil {
			site.Close()
		}
	}
}
