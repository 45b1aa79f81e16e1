frappe.listview_settings["Connect Reminder"] = {
	hide_name_column: true,
	filters: [["is_done", "=", 0]],
	get_indicator(doc) {
		if (doc.is_done) return [__("Done"), "green", "is_done,=,1"];
		const is_late = doc.remind_at < frappe.datetime.now_datetime();
		return is_late ? [__("Due"), "orange", "is_done,=,0"] : [__("Planned"), "blue", "is_done,=,0"];
	},
};
