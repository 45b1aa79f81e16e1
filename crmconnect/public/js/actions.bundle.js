// The actions of our documents as buttons in Frappe's Desk, from what the server put into `__onload.actions`
// (crmconnect/core/actions.py): label, group, the reason while unavailable, and the form for the arguments.

const actions_of = (doc) => doc?.__onload?.actions || [];
const find = (frm, name) => actions_of(frm.doc).find((action) => action.name === name);

/** Take an action by its name: save what is open first, then say why not, ask, or call. */
async function take(frm, name) {
	if (frm.is_dirty()) await frm.save();
	const action = find(frm, name);
	if (!action?.enabled) return action && tell_why_not(action);
	if (action.args.length) return ask(frm, action);
	if (action.confirm) return frappe.confirm(action.confirm, () => call(frm, action));
	return call(frm, action);
}

const tell_why_not = ({ label, reason }) =>
	frappe.msgprint({ title: label, message: frappe.utils.escape_html(reason), indicator: "orange" });

/** The form for the arguments; it stays open, with what was typed, when the server refuses. */
function ask(frm, action) {
	const note = { fieldtype: "HTML", options: frappe.utils.escape_html(action.confirm) };
	const dialog = new frappe.ui.Dialog({
		title: action.label,
		fields: [...(action.confirm ? [note] : []), ...action.args.map((field) => ({ ...field }))],
		primary_action_label: action.label,
		primary_action: (values) => call(frm, action, values).then(() => dialog.hide()),
	});
	dialog.show();
}

/** Call the action on the stored document; open the new document when the answer is another one, else reload. */
async function call(frm, action, values = {}) {
	const { message } = await frappe.call({
		method: "run_doc_method",
		type: "POST",
		args: { dt: frm.doctype, dn: frm.docname, method: action.name, args: { ...values, modified: frm.doc.modified } },
		freeze: true,
		freeze_message: action.label,
	});
	const is_other = message?.doctype && message?.name && (message.doctype !== frm.doctype || message.name !== frm.docname);
	if (is_other) frappe.model.clear_doc(frm.doctype, frm.docname); // it changed too: read anew when the user is back
	else await frm.reload_doc();
	frappe.show_alert({ message: __("{0}: done", [action.label]), indicator: "green" });
	if (is_other) frappe.set_route("Form", message.doctype, message.name);
}

/** One button: the step that is due stands by itself, the rest in menus; what is not possible now tells why. */
function add_button(frm, action, crowded) {
	const press = () => take(frm, action.name);
	if (!action.enabled) {
		const item = frm.add_custom_button(action.label, press, __("Not available now"));
		return item?.addClass("text-muted").attr({ title: action.reason, "aria-disabled": "true" });
	}
	const aside = crowded && !["primary", "success"].includes(action.style) ? __("Other actions") : null;
	const group = action.group || aside;
	const button = frm.add_custom_button(action.label, press, group);
	if (action.style && !group) button?.removeClass("btn-default").addClass(`btn-${action.style}`);
}

/** Issuing and cancelling stand where people look for them, instead of Frappe's own Submit and Cancel. */
function take_over_submit_and_cancel(frm) {
	const [submit, cancel] = [find(frm, "submit"), find(frm, "cancel")];
	if (submit) frm.savesubmit = () => take(frm, "submit");
	if (cancel) frm.savecancel = () => take(frm, "cancel");
	if (submit?.enabled && !frm.is_dirty()) frm.page.set_primary_action(submit.label, frm.savesubmit);
	if (cancel?.enabled) frm.page.set_secondary_action(cancel.label, frm.savecancel);
	else if (cancel) frm.page.clear_secondary_action();
	return [submit, cancel].filter((action) => action?.enabled);
}

/** Our print formats drawn on the server, without wkhtmltopdf. */
function add_pdf(frm) {
	if (!frappe.meta.get_print_formats(frm.doctype).includes(frm.doctype) || !frappe.model.can_print(null, frm)) return;
	const query = new URLSearchParams({ doctype: frm.doctype, name: frm.docname });
	frm.add_custom_button(__("PDF"), () => window.open(`/api/method/crmconnect.api.print.pdf?${query}`));
}

// Documents of ours are never amended: a wrong one is cancelled or credited, and written anew.
const { can_amend } = frappe.ui.form.Toolbar.prototype;
frappe.ui.form.Toolbar.prototype.can_amend = function () {
	return !this.frm.doctype.startsWith("Connect ") && can_amend.call(this);
};
$(document).on("form-refresh", (_event, frm) => {
	if (frm.is_new() || !frm.doc.__onload?.actions) return;
	const placed = take_over_submit_and_cancel(frm);
	const rest = actions_of(frm.doc).filter((action) => !placed.includes(action));
	const ready = rest.filter((action) => action.enabled);
	ready.forEach((action) => add_button(frm, action, ready.length > 3));
	add_pdf(frm);
	rest.filter((action) => !action.enabled).forEach((action) => add_button(frm, action));
});

// The Workflow's own menu keeps only what our buttons do not offer; both ways lead to the same action.
const get_transitions = frappe.workflow.get_transitions;
frappe.workflow.get_transitions = (doc) =>
	get_transitions.call(frappe.workflow, doc).then((transitions) => {
		const ours = new Set(actions_of(doc).map((action) => action.label));
		return transitions.filter((transition) => !ours.has(__(transition.action)));
	});
