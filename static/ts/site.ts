// Loaded by every page but the attempt's. Pages work without it; it adds the
// drawer, the dialogs, and the guards that keep people from losing or doubling work.
import "htmx.org";
import { dialogs } from "./site/dialogs";
import { drawer } from "./site/drawer";
import { ownFileButtons } from "./site/files";
import { boundFiles, dirtyGuard, partsOfForms, submitOnce } from "./site/forms";
import { forgetAtLogOut } from "./site/logout";
import { filters, freshOnReturn, menus, takeFocus } from "./site/pages";
import { keepTyped } from "./site/session";
import { typedComesBack } from "./site/typed";

for (const start of [drawer, dialogs, keepTyped, partsOfForms, boundFiles, ownFileButtons, dirtyGuard, typedComesBack, submitOnce, filters, menus, takeFocus, freshOnReturn, forgetAtLogOut]) start();
