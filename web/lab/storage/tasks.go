package storage

import "twodoors/web/lab"

func inLocalStorage() lab.Task {
	return lab.Task{
		Title: "Keep the token in localStorage",
		Do:    "Log in and keep the token in localStorage, as many sites do: every page of this site can read it there. Then inject a script: a vulnerable page opens, which echoes its input without escaping it. See what the script read. It reports the first characters only, and only to this lab.",
		Acts:  []lab.Act{keepIn("localStorage", "keepLocal"), inject},
		Hints: []string{
			"Who can read localStorage: one page, or every script on every page of the site?",
			"Keep the token in localStorage, then open /labs/storage/hole with the lab's ticket and a script in say.",
			"Press “Log in and keep the token in localStorage”, then “Inject a script”. Allow the new window if your browser asks.",
		},
		Done: lab.InTurn(keptToken.Noted("place", "localStorage"), gave("local", "eyJ")),
	}
}

func inOtherPlaces() lab.Task {
	return lab.Task{
		Title:   "Keep it elsewhere",
		Do:      "Try sessionStorage, which belongs to a tab. Then try memory, a variable in this page.",
		Predict: whereScriptReads(0),
		Why:     "A window opened from this tab got a copy of its sessionStorage. A variable in this page is out of reach for a script in another page. A script in this very page could still use the token, or request a new one.",
		Acts:    []lab.Act{keepIn("sessionStorage", "keepSession"), inject, keepIn("memory", "keepMemory"), inject},
		Hints: []string{
			"What disappears with the tab, and what disappears with the page?",
			"Keep the token in sessionStorage and inject the script, then keep it in memory and inject the script again.",
			"Press “Log in and keep the token in sessionStorage”, “Inject a script”, “Log in and keep the token in memory”, then the second “Inject a script”. The script reads the token from sessionStorage, and nothing from memory.",
		},
		Done: lab.Both(
			lab.InTurn(keptToken.Noted("place", "sessionStorage"), gave("session", "eyJ")),
			lab.InTurn(keptToken.Noted("place", "memory"), caught.Noted("local", "", "session", ""))),
	}
}

func inACookie() lab.Task {
	return lab.Task{
		Title:   "Hide a cookie from scripts",
		Do:      "Set a practice cookie that scripts may read and inject the script: document.cookie reveals it. Then set one with HttpOnly and inject the script again.",
		Predict: lab.YesOrNo(2, "The second cookie has HttpOnly. Will the script read it too?", "Yes, it is in document.cookie", "No, it is hidden", scriptReadCookie),
		Why:     "The browser sent the cookie and hid it from the script. This site's session cookie is always HttpOnly, so the script read it neither time.",
		Acts: []lab.Act{
			practiceCookie("Set a cookie without HttpOnly", "false", "lax"), inject,
			practiceCookie("Set a cookie with HttpOnly", "true", "lax"), inject,
		},
		Hints: []string{
			"One attribute of a cookie decides whether scripts may read it.",
			"POST /api/labs/storage/cookie sets the practice cookie with the attributes you choose.",
			"Press “Set a cookie without HttpOnly”, “Inject a script”, “Set a cookie with HttpOnly”, then the second “Inject a script”. The script reads the first cookie but not the second.",
		},
		Done: lab.Both(
			lab.InTurn(setCookie.Noted("reach", "scripts"), gave("cookie", practiceName+"=")),
			lab.InTurn(setCookie.Noted("reach", "http_only"), caught.Noted("cookie", ""))),
	}
}

func visitedByAForeignSite() lab.Task {
	return lab.Task{
		Title: "Open a foreign site",
		Do:    "This machine has two names, and to a browser they are two sites. SameSite=None allows every request that the other site causes to carry the cookie: an image, a POST, a frame. Some browsers block it anyway as a third-party cookie, and some reject it without HTTPS; see what yours does. Our server refuses the POST in any case, because the browser says where it comes from. A server that only looked at the cookie would carry it out.",
		Acts:  []lab.Act{practiceCookie("Set a cookie with SameSite=None", "true", "none"), openForeignSite},
		Hints: []string{
			"Who decides whether a request from another site carries your cookie?",
			"Set the practice cookie with same_site none, then open the foreign site: at 127.0.0.1 if you use localhost, at localhost if you use 127.0.0.1.",
			"Press “Set a cookie with SameSite=None”, then “Open the foreign site”. Allow the new window if your browser asks, and wait until it has followed its link.",
		},
		Done: afterCookie("none", came("load"), came("post"), came("frame"), came("visit"),
			browserShowed.Noted("load", "no", "post", "no", "frame", "no")),
	}
}

func keptBack() lab.Task {
	return lab.Task{
		Title: "Hold the cookie back",
		Do:    "SameSite=Lax is the default in most browsers. When another site loads an image, posts or frames a page, the request carries no cookie; when you follow a link, it does. With SameSite=Strict, following a link sends no cookie either, so you arrive as if you had never logged in.",
		Acts: []lab.Act{
			practiceCookie("Set a cookie with SameSite=Lax", "true", "lax"), openForeignSite,
			practiceCookie("Set a cookie with SameSite=Strict", "true", "strict"), openForeignSite,
		},
		Hints: []string{
			"Another site can load, post and frame without your noticing. What about following a link?",
			"Set the practice cookie with same_site lax and open the foreign site, then set it with strict and open the foreign site again.",
			"Press “Set a cookie with SameSite=Lax”, “Open the foreign site”, “Set a cookie with SameSite=Strict”, then the second “Open the foreign site”.",
		},
		Done: lab.Both(
			afterCookie("lax", cameWithout("load"), cameWithout("post"), cameWithout("frame"), cameWith("visit")),
			afterCookie("strict", cameWithout("post"), cameWithout("visit"))),
	}
}
