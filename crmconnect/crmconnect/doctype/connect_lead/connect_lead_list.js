frappe.listview_settings["Connect Lead"] = {
	add_fields: ["is_opportunity", "is_lost", "is_junk", "won_on", "opportunity_status"],
	get_indicator(doc) {
		if (doc.is_junk) return [__("Junk"), "gray", "is_junk,=,1"];
		if (doc.is_lost) return [__("Lost"), "red", "is_lost,=,1"];
		if (doc.won_on) return [__("Won"), "green", "won_on,is,set"];
		if (doc.is_opportunity) return [__(doc.opportunity_status || "Opportunity"), "blue", "is_opportunity,=,1"];
		return [__(doc.status), "light-blue", `status,=,${doc.status}`];
	},
};
