package storage

import "twodoors/web/lab"

func inLocalStorage() lab.Task {
	return lab.Task{
		Title: "Keep the token in localStorage",
		Do:    "Log in and keep the token where every page of this site can read it, as many sites do. Then open a page with a hole: it repeats what it is told, and a script comes along. See what the script got. Of what it finds it reports the beginning only, and to this lab.",
		Acts:  []lab.Act{keepIn("localStorage", "keepLocal"), throughTheHole},
		Hints: []string{
			"To whom does localStorage belong: to a page, or to all scripts of all pages of the site?",
			"Keep the token in localStorage and open /labs/storage/hole, with the lab's ticket and a script in say.",
			"Press the two buttons from left to right, and allow the window that opens.",
		},
		Done: lab.InTurn(keptToken.Noted("place", "localStorage"), gave("local", "eyJ")),
	}
}

func inOtherPlaces() lab.Task {
	return lab.Task{
		Title: "Keep it somewhere else",
		Do:    "Try sessionStorage: a window that this tab opens gets a copy of it. Then memory, a variable of this page: a script in another page finds nothing. A script in this very page could still use it, or ask for a token of its own.",
		Acts:  []lab.Act{keepIn("sessionStorage", "keepSession"), throughTheHole, keepIn("memory", "keepMemory"), throughTheHole},
		Hints: []string{
			"What ends with the tab, and what ends with the page?",
			"Keep the token in sessionStorage and let the script through, then in memory and let it through again.",
			"Press the four buttons from left to right: the script gets it from sessionStorage, and from memory nothing.",
		},
		Done: lab.Both(
			lab.InTurn(keptToken.Noted("place", "sessionStorage"), gave("session", "eyJ")),
			lab.InTurn(keptToken.Noted("place", "memory"), caught.Noted("local", "", "session", ""))),
	}
}

func inACookie() lab.Task {
	return lab.Task{
		Title: "Keep something in a cookie",
		Do:    "Take a cookie for practice that scripts may read, and let the script through: document.cookie gives it away. Then take one with HttpOnly. The session cookie of this site is always HttpOnly, so it is not in the report either time.",
		Acts: []lab.Act{
			practiceCookie("A cookie without HttpOnly", "false", "lax"), throughTheHole,
			practiceCookie("A cookie with HttpOnly", "true", "lax"), throughTheHole,
		},
		Hints: []string{
			"A cookie says of itself whether scripts may read it.",
			"POST /api/labs/storage/cookie sets the practice cookie with the flags that you choose.",
			"Press the four buttons from left to right: the script gets the first cookie, and of the second nothing.",
		},
		Done: lab.Both(
			lab.InTurn(setCookie.Noted("reach", "scripts"), gave("cookie", practiceName+"=")),
			lab.InTurn(setCookie.Noted("reach", "http_only"), caught.Noted("cookie", ""))),
	}
}

func visitedByAForeignSite() lab.Task {
	return lab.Task{
		Title: "Let a foreign site come by",
		Do:    "This machine has two names, and for a browser they are two sites. With SameSite=None the site allows its cookie to go along with everything that the other one sends: a picture that it loads, something that it posts, a frame. Some browsers keep it back all the same, as a cookie of a third party, and some do not even take it without HTTPS; see what yours does. Our server refuses the post in any case, because the browser says where it comes from; a server that goes by the cookie alone would obey.",
		Acts:  []lab.Act{practiceCookie("A cookie with SameSite=None", "true", "none"), toTheForeignSite},
		Hints: []string{
			"Who decides whether a cookie goes along with what another site sends?",
			"Set the practice cookie with same_site none, then open the foreign site: under 127.0.0.1 if you use localhost, and the other way round.",
			"Press the two buttons from left to right, and allow the window that opens.",
		},
		Done: afterCookie("none", came("load"), came("post"), came("frame"), came("visit"),
			browserShowed.Noted("load", "no", "post", "no", "frame", "no")),
	}
}

func keptBack() lab.Task {
	return lab.Task{
		Title: "Let the cookie stay at home",
		Do:    "With SameSite=Lax, which browsers take when nothing is said, the cookie stays at home when another site loads, posts or frames, and goes along when you follow a link. With SameSite=Strict it stays at home then too: you arrive as a stranger.",
		Acts: []lab.Act{
			practiceCookie("A cookie with SameSite=Lax", "true", "lax"), toTheForeignSite,
			practiceCookie("A cookie with SameSite=Strict", "true", "strict"), toTheForeignSite,
		},
		Hints: []string{
			"Loading, posting and framing happen without you. Following a link you notice.",
			"Set the practice cookie with same_site lax and open the foreign site, then with strict and open it again.",
			"Press the four buttons from left to right.",
		},
		Done: lab.Both(
			afterCookie("lax", cameWithout("load"), cameWithout("post"), cameWithout("frame"), cameWith("visit")),
			afterCookie("strict", cameWithout("post"), cameWithout("visit"))),
	}
}
