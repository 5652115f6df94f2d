// Loaded by every page but the attempt's. Pages work without it; it adds the
// drawer, the dialogs, and the guards that keep people from losing or doubling work.
import "htmx.org";
import { dialogs } from "./site/dialogs";
import { drawer } from "./site/drawer";
import { dirtyGuard, partsOfForms, submitOnce } from "./site/forms";
import { forgetAtLogOut } from "./site/logout";
import { filters, menus, takeFocus } from "./site/pages";

for (const start of [drawer, dialogs, partsOfForms, dirtyGuard, submitOnce, filters, menus, takeFocus, forgetAtLogOut]) start();
