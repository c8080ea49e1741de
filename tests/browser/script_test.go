package browser

import "github.com/chromedp/chromedp"

// evaluateScript runs a whole script in the page; the page's own policy does not
// hold for what the browser's tools run.
func evaluateScript(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](text)
}
