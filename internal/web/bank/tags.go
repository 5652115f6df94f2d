package bank

import (
	"strings"

	"github.com/labstack/echo/v4"

	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/web/layout"
)

// SaveTags gives a question the tags that were typed.
func (h *Handlers) SaveTags(c echo.Context) error {
	err := h.Bank.SetTags(c.Request().Context(), layout.Viewer(c), questionID(c), store.ParseTags(c.FormValue("tags")))
	return answer(c, err, questionURL(questionID(c)), "bank.tags.saved")
}

// tagsText is what store.ParseTags reads back.
func tagsText(tags []string) string { return strings.Join(tags, "、") }
