frappe.listview_settings["Connect Contract"] = {
	get_indicator(doc) {
		const colors = { Draft: "gray", Active: "green", Expired: "orange", Terminated: "red" };
		return [__(doc.contract_status), colors[doc.contract_status] || "blue", `contract_status,=,${doc.contract_status}`];
	},
};
