"""Outgoing e-mail: `frappe.sendmail` queues, `frappe.email.queue.flush` sends."""
