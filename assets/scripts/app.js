/* What the pages do more where scripts run. Every page works without: each part only adds to a plain form or link. */
import { startAutosave } from "./autosave.js";
import { startChosen } from "./chosen.js";
import { startCounts } from "./counts.js";
import { startDeadlines } from "./deadlines.js";
import { startFiles } from "./files.js";
import { startForms } from "./forms.js";
import { startLines } from "./lines.js";
import { startMenus } from "./menus.js";
import { startRenewed } from "./renewed.js";
import { startScores } from "./scores.js";
import { startTables } from "./tables.js";
import { startUploads } from "./uploads.js";

document.documentElement.classList.add("js");
startMenus();
startForms();
startCounts();
startChosen();
startDeadlines();
startScores();
startLines();
startRenewed();
startAutosave();
startTables();
startUploads();
startFiles();
