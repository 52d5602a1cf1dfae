"""Codes of products, defects and industries: checked, named and rolled up, of standards and of the company itself."""
