// Package layout is the frame of every page and the shared pieces that pages
// are made of: navigation, tables, pagers, form fields, badges, steps, dialogs
// and the formatting of dates, scores and money.
//
// It knows who is asking (Viewer), in which language (T) and at which address;
// Render puts these into the context, so the pieces need no such arguments.
// No piece writes an inline script or style: widths are attributes of
// <progress> and <svg>, behaviour hangs on data-attributes that static/ts/site.ts reads.
//
// A handler and its view:
//
//	func (h *Handlers) List(c echo.Context) error {
//		v := layout.Viewer(c)
//		rows, total, err := h.bank.Questions(c.Request().Context(), v, filter)
//		if err != nil {
//			return err
//		}
//		return layout.Render(c, http.StatusOK, listPage(rows, pg, total))
//	}
//
//	// after a POST that worked
//	layout.SetFlash(c, layout.OK, "bank.saved", "count", n)
//	return c.Redirect(http.StatusSeeOther, "/bank")
//
//	// after a POST that did not: the same form with the user's input
//	if problems, ok := layout.ErrorsOf(c, err); ok {
//		return layout.Render(c, http.StatusUnprocessableEntity, editPage(form, problems))
//	}
//	return err // the error handler answers it with a page
//
// and in list.templ:
//
//	templ listPage(rows []Row, pg page.Page, total int) {
//		@layout.Page(layout.PageProps{Title: layout.T(ctx, "bank.title"), Nav: "bank", Help: "bank", Actions: listActions()}) {
//			@layout.SearchBar(layout.SearchProps{Placeholder: layout.T(ctx, "bank.search"), Filters: []layout.Filter{…}})
//			if len(rows) == 0 {
//				@layout.Empty(layout.EmptyProps{Icon: "books", Title: …, Body: …, ActionLabel: …, ActionURL: "/bank/import"})
//			} else {
//				@layout.Table(layout.TableProps{Caption: layout.T(ctx, "bank.title"), Columns: []layout.Column{
//					{Label: "题干"}, {Label: "难度", Sort: "difficulty", Number: true},
//				}}) {
//					for _, r := range rows {
//						@layout.Row() {
//							@layout.MainCell() { <a href={ templ.URL(r.URL) }>{ r.Stem }</a> }
//							@layout.NumberCell("难度") { { r.Difficulty } }
//						}
//					}
//				}
//				@layout.Pager(pg.Number, pg.Size, total)
//			}
//		}
//	}
//
//	templ editPage(f form, e layout.Errors) {
//		@layout.Page(layout.PageProps{Title: …, Nav: "bank", Back: "/bank"}) {
//			@layout.Form(layout.FormProps{Action: "/bank/questions", Errors: e}) {
//				@layout.Input(layout.InputProps{Name: "stem", Label: …, Value: f.Stem, Error: e.For("stem"), Required: true})
//				@layout.Select(layout.SelectProps{Name: "type", Label: …, Value: f.Type, Options: […]})
//				@layout.Buttons(layout.T(ctx, "bank.save"), "/bank")
//			}
//		}
//	}
//
// A destructive act: @layout.OpenDialog("retire", label, layout.Bad) beside
// @layout.Confirm(layout.ConfirmProps{ID: "retire", Action: "/bank/questions/7/retire", Reason: true, …}).
//
// Files go up by Uploader (PageProps.Scripts: "upload.js"), a unit is shown by
// Player ("player.js"). Figures and times are written by Score, Percent, Money,
// Date, DateTime, Window, Remaining; addresses that keep the filter by Here.
// Icons are those of static/icons/names.txt; a class that no view or script
// names in full is not in the style sheet (static/build).
//
// Tests render a view with layouttest.HTML(t, layouttest.Env{…}, component).
package layout
