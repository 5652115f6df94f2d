// Package crawl walks through the demo clinic as each of its people, over every link that they see, in a real browser: no page
// may break a rule of accessibility that a program can check, complain in the console, or be wider than a phone.
package crawl
