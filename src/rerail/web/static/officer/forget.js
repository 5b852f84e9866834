/** On the sign-in page, where nobody is signed in: erases what borders left on this device, but for marks not sent. */

import { filled } from "./stand.js";
import { forget, marks } from "./store.js";

await forget();
const waiting = (await marks()).filter((mark) => !mark.why).length;
if (waiting) {
  const says = document.getElementById("unsent");
  says.textContent = filled(says.dataset.says, { count: waiting });
  says.hidden = false;
}
